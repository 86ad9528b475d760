variable "sms_role_arn" {
  description = "IAM role that Cognito assumes, with the external id below, to publish SMS through Amazon SNS."
  type        = string
}

resource "cognitomfa_sms_configuration" "main" {
  user_pool_id = "eu-central-1_Ab12Cd34E"

  sms_configuration = {
    sns_caller_arn = var.sms_role_arn
    external_id    = "prod-customers"
    sns_region     = "eu-central-1"
  }
  sms_authentication_message = "Your sign-in code is {####}"
}

resource "cognitomfa_software_token" "main" {
  user_pool_id = "eu-central-1_Ab12Cd34E"
}

resource "cognitomfa_user_pool_mfa" "main" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  factors           = [cognitomfa_software_token.main.factor, cognitomfa_sms_configuration.main.factor]
}
