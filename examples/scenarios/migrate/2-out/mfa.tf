# Terraform forgets the resource and leaves MFA as it is. Delete this file after the apply.

removed {
  from = cognitomfa_user_pool_mfa.main

  lifecycle {
    destroy = false
  }
}
