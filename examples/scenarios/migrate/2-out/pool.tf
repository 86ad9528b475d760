# The blocks are back, and nothing is ignored any more.

resource "aws_cognito_user_pool" "main" {
  name = "prod-customers"

  mfa_configuration          = "ON"
  sms_authentication_message = "Your code is {####}"

  software_token_mfa_configuration {
    enabled = true
  }

  sms_configuration {
    sns_caller_arn = var.sms_role_arn
    external_id    = var.sms_external_id
  }
}
