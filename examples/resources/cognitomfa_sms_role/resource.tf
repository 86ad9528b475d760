resource "cognitomfa_sms_role" "main" {
  name_prefix   = "prod-customers-sms-"
  user_pool_ids = ["eu-central-1_Ab12Cd34E"]
}

resource "cognitomfa_user_pool_mfa" "main" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"

  sms_configuration = {
    sns_caller_arn = cognitomfa_sms_role.main.arn
    external_id    = cognitomfa_sms_role.main.external_id
  }
}
