terraform {
  required_providers {
    cognitomfa = {
      source = "cognitomfa/cognitomfa"
    }
  }
}

provider "cognitomfa" {
  region = "eu-central-1"

  rules = {
    profile       = "guarded"
    severity      = { sign_in_weakened = "error" }
    allow_waivers = true
  }
}
