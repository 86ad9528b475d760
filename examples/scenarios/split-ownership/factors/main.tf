# The identity team owns how a second factor reaches users. While the pool is OFF, this only declares the factors.

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
}

resource "cognitomfa_software_token" "main" {
  user_pool_id = var.user_pool_id
}

resource "cognitomfa_sms_configuration" "main" {
  user_pool_id = var.user_pool_id

  sms_configuration = {
    sns_caller_arn = var.sms_role_arn
    external_id    = var.sms_external_id
  }
}
