# Everything at once: required MFA with an authenticator app or SMS, passkeys that stand for both factors, severities, a waiver, time
# limits, and no destroy by accident.

terraform {
  required_providers {
    cognitomfa = {
      source = "cognitomfa/cognitomfa"
    }
  }
}

provider "cognitomfa" {
  region = "us-east-1"

  endpoints {
    cognitoidp = var.endpoint
    iam        = var.endpoint
    sns        = var.endpoint
  }

  rules = {
    profile  = "classic"
    severity = { sign_in_weakened = "error" }
  }

  lookups = { iam = true, sns = true }
}

resource "cognitomfa_user_pool_mfa" "main" {
  user_pool_id                     = var.user_pool_id
  mfa_configuration                = var.mode
  software_token_mfa_configuration = { enabled = true }

  sms_configuration = {
    sns_caller_arn = var.sms_role_arn
    external_id    = var.sms_external_id
    sns_region     = "us-east-1"
  }
  sms_authentication_message = "Your sign-in code is {####}"

  web_authn_configuration = {
    relying_party_id     = "login.example.com"
    user_verification    = "required"
    factor_configuration = "MULTI_FACTOR_WITH_USER_VERIFICATION"
  }

  deletion_policy = "PREVENT"

  waivers = [
    { rule = "sms_sandbox", reason = "All users are testers with verified numbers.", expires = "2099-12-31" },
    { rule = "sms_spend_limit", reason = "Raised by the account team." },
    { rule = "sms_without_origination_identity", reason = "Codes are short, any sender will do." },
    { rule = "sms_required_without_phone_attribute", reason = "Users without a number use the app." },
  ]

  timeouts = {
    create = "5m"
    update = "5m"
    delete = "2m"
    read   = "60s"
  }
}
