resource "cognitomfa_sms_role" "main" {
  name                 = "prod-customers-sms"
  description          = "Sends codes of the user pool prod-customers"
  user_pool_ids        = ["eu-central-1_Ab12Cd34E"]
  external_id          = "prod-customers"
  delivery             = "END_USER_MESSAGING"
  permissions_boundary = "arn:aws:iam::111122223333:policy/boundary"

  tags = {
    team = "identity"
  }
}

resource "cognitomfa_user_pool_mfa" "main" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"

  sms_configuration = {
    eums_sms = {
      caller_arn  = cognitomfa_sms_role.main.arn
      external_id = cognitomfa_sms_role.main.external_id
    }
  }
}
