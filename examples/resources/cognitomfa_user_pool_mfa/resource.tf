resource "cognitomfa_user_pool_mfa" "main" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
}
