import {
  to = cognitomfa_sms_configuration.main
  identity = {
    user_pool_id = "eu-central-1_Ab12Cd34E"
  }
}
