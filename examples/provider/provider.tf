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
    severity      = { off_to_required = "error" }
    allow_waivers = true
  }
}
