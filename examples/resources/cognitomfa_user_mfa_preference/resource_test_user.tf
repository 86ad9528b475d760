variable "user_pool_id" {
  description = "User pool in which end-to-end tests sign in."
  type        = string
}

variable "test_user" {
  description = "Username of the test user; refer to the resource that creates the user, so that it is created first."
  type        = string
}

resource "cognitomfa_user_mfa_preference" "test" {
  user_pool_id     = var.user_pool_id
  username         = var.test_user
  sms_mfa_settings = { enabled = true, preferred_mfa = true }
  deletion_policy  = "OFF"
}
