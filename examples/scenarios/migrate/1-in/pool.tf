# The MFA arguments are gone, and changes of them are ignored. Both edits belong into one commit with mfa.tf.

resource "aws_cognito_user_pool" "main" {
  name = "prod-customers"

  lifecycle {
    ignore_changes = [
      mfa_configuration,
      software_token_mfa_configuration,
      email_mfa_configuration,
      web_authn_configuration,
      sms_configuration,
      sms_authentication_message,
    ]
  }
}
