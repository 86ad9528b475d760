import {
  to = cognitomfa_user_pool_mfa.main
  id = "eu-central-1_Ab12Cd34E"
}
