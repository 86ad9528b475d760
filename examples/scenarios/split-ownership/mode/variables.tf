variable "mode" {
  description = "OFF, OPTIONAL or ON."
  type        = string
}

variable "factors_state" {
  description = "State file of the factors; with a remote backend, its address goes into main.tf."
  type        = string
  default     = "../factors/terraform.tfstate"
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
