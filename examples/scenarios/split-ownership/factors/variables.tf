variable "sms_role_arn" {
  description = "IAM role that Cognito assumes to publish SMS through Amazon SNS."
  type        = string
}

variable "sms_external_id" {
  description = "External id that the trust policy of the role asks for."
  type        = string
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
