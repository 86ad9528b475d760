variable "endpoint" {
  description = "Address of the sandbox, such as http://127.0.0.1:4000."
  type        = string
}

variable "user_pool_id" {
  description = "The user pool whose MFA is managed."
  type        = string
}

variable "mode" {
  description = "OFF, OPTIONAL or ON."
  type        = string
}

variable "authenticator_app" {
  description = "Whether users may use an authenticator app as second factor."
  type        = bool
}
