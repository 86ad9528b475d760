variable "sms_role_arn" {
  description = "IAM role that Cognito assumes to publish SMS through Amazon SNS."
  type        = string
}

variable "sms_external_id" {
  description = "External id that the trust policy of the role asks for."
  type        = string
}
