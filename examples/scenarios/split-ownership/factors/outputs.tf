output "factors" {
  description = "For the team that owns the mode."
  value       = [cognitomfa_software_token.main.factor, cognitomfa_sms_configuration.main.factor]
}
