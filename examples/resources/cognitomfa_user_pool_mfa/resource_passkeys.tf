resource "cognitomfa_user_pool_mfa" "main" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }

  web_authn_configuration = {
    relying_party_id     = "auth.example.com"
    user_verification    = "required"
    factor_configuration = "MULTI_FACTOR_WITH_USER_VERIFICATION"
  }
}
