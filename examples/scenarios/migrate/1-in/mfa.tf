# The blocks of aws_cognito_user_pool, with an equal sign.

import {
  to = cognitomfa_user_pool_mfa.main
  id = var.user_pool_id
}

resource "cognitomfa_user_pool_mfa" "main" {
  user_pool_id                     = aws_cognito_user_pool.main.id
  aws_user_pool_wo                 = aws_cognito_user_pool.main
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }

  sms_configuration = {
    sns_caller_arn = var.sms_role_arn
    external_id    = var.sms_external_id
  }
  sms_authentication_message = "Your code is {####}"
}
