resource "cognitomfa_software_token" "main" {
  user_pool_id = "eu-central-1_Ab12Cd34E"
}

resource "cognitomfa_user_pool_mfa" "main" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  factors           = [cognitomfa_software_token.main.factor]
}
