output "factors" {
  description = "The second factors that users can be asked for now."
  value       = cognitomfa_user_pool_mfa.quickstart.effective_factors
}
