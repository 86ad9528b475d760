# SMS with the IAM role it needs, in one apply: the role is made first, and the pool sends with it.

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
    sts        = var.endpoint
  }

  default_tags {
    tags = { team = "identity" }
  }
}

resource "cognitomfa_sms_role" "main" {
  name_prefix   = "customers-sms-"
  user_pool_ids = [var.user_pool_id]
}

resource "cognitomfa_user_pool_mfa" "main" {
  user_pool_id                     = var.user_pool_id
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }

  sms_configuration = {
    sns_caller_arn = cognitomfa_sms_role.main.arn
    external_id    = cognitomfa_sms_role.main.external_id
    sns_region     = "us-east-1"
  }
  sms_authentication_message = "Your sign-in code is {####}"
}
