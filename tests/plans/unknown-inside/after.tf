resource "terraform_data" "id" {}

resource "terraform_data" "holder" {
  input = {
    list    = ["known", terraform_data.id.id]
    map     = { known = 1, unknown = terraform_data.id.id }
    whole   = { (terraform_data.id.id) = "x" }
    empty   = {}
    nothing = null
    flags   = [true, 1, "1", 1.5]
    long    = join("", [for index in range(1000) : "0123456789012345678901234567890123456789012345678901234567890123456789"])
  }
}
