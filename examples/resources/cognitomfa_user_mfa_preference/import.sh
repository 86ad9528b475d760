terraform import cognitomfa_user_mfa_preference.break_glass eu-central-1_Ab12Cd34E/break-glass-1
