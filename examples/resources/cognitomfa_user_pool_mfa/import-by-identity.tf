import {
  to = cognitomfa_user_pool_mfa.main
  identity = {
    user_pool_id = "eu-central-1_Ab12Cd34E"
  }
}
