import {
  to = cognitomfa_user_mfa_preference.break_glass
  identity = {
    user_pool_id = "eu-central-1_Ab12Cd34E"
    username     = "break-glass-1"
  }
}
