terraform import cognitomfa_sms_role.main prod-customers-sms
