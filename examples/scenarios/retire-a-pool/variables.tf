variable "waive" {
  description = "Whether both rules are waived. Without it the plan is refused."
  type        = bool
  default     = false
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
