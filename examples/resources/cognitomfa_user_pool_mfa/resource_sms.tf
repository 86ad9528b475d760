variable "sms_role_arn" {
  description = "IAM role that Cognito assumes, with the external id below, to publish SMS through Amazon SNS."
  type        = string
}

resource "cognitomfa_user_pool_mfa" "main" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }

  sms_configuration = {
    sns_caller_arn = var.sms_role_arn
    external_id    = "prod-customers"
    sns_region     = "eu-central-1"
  }
  sms_authentication_message = "Your sign-in code is {####}"

  deletion_policy = "PREVENT"
}
