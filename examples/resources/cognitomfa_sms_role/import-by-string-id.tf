import {
  to = cognitomfa_sms_role.main
  id = "prod-customers-sms"
}
