import {
  to = terraform_data.exact
  id = "7f1d7a9c-0000-0000-0000-000000000001"
}

resource "terraform_data" "exact" {}

import {
  to = terraform_data.changed
  id = "7f1d7a9c-0000-0000-0000-000000000002"
}

resource "terraform_data" "changed" {
  input = { "kubernetes.io/name" = "web", plain = true }
}
