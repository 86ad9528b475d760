output "factors" {
  description = "The second factors that users can be asked for now."
  value       = cognitomfa_user_pool_mfa.main.effective_factors
}

output "assurance_level" {
  description = "What every sign-in reaches at the least."
  value       = cognitomfa_user_pool_mfa.main.assurance_level
}
