variable "relying_party_id" {
  description = "Domain of the page that users sign in on."
  type        = string
  default     = "login.example.com"
}

variable "user_pool_id" {
  description = "The user pool."
  type        = string
}

variable "endpoint" {
  description = "Address of another endpoint than AWS's own, for trying this out."
  type        = string
  default     = null
}
