import {
  to = cognitomfa_software_token.main
  id = "eu-central-1_Ab12Cd34E"
}
