resource "cognitomfa_user_mfa_preference" "break_glass" {
  user_pool_id                = "eu-central-1_Ab12Cd34E"
  username                    = "break-glass-1"
  software_token_mfa_settings = { enabled = true, preferred_mfa = true }
  sms_mfa_settings            = { enabled = true }
}
