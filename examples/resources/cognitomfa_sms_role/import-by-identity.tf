import {
  to = cognitomfa_sms_role.main
  identity = {
    name = "prod-customers-sms"
  }
}
