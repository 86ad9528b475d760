variable "user_pool_id" {
  description = "The user pool."
  type        = string
}

variable "endpoint" {
  description = "Address of another endpoint than AWS's own, for trying this out."
  type        = string
  default     = null
}
