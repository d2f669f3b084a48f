variable "account_id" {
  description = "Id of the account itself."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be twelve digits, not ${jsonencode(var.account_id)}."
  }
}

variable "resource_types" {
  description = "What Inspector scans: EC2 for the test instances of AMIs, ECR for container images; LAMBDA and LAMBDA_CODE beside them."
  type        = set(string)
  nullable    = false
  default     = ["EC2", "ECR"]

  validation {
    condition     = length(var.resource_types) > 0 && alltrue([for type in var.resource_types : contains(["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"], type)])
    error_message = "resource_types must be of EC2, ECR, LAMBDA and LAMBDA_CODE, not ${jsonencode(var.resource_types)}."
  }
}
