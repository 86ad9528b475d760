import {
  to = cognitomfa_sms_configuration.main
  id = "eu-central-1_Ab12Cd34E"
}
