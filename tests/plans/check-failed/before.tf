resource "terraform_data" "bucket" {
  input = { acl = "private" }
}

check "bucket_is_private" {
  assert {
    condition     = terraform_data.bucket.output.acl == "private"
    error_message = "The bucket's ACL is ${terraform_data.bucket.output.acl}."
  }
}
