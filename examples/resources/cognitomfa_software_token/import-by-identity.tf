import {
  to = cognitomfa_software_token.main
  identity = {
    user_pool_id = "eu-central-1_Ab12Cd34E"
  }
}
