variable "account_id" {
  description = "Id of the account that the key lives in and that administers it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be twelve digits, not ${jsonencode(var.account_id)}."
  }
}

variable "alias" {
  description = "Alias of the key, without alias/ before it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_/-]{1,250}$", var.alias)) && !startswith(var.alias, "aws/") && !startswith(var.alias, "alias/")
    error_message = "alias must have 1 to 250 letters, digits, slashes, dashes or underscores and not begin with aws/ or alias/, not ${jsonencode(var.alias)}."
  }
}

variable "deletion_window_days" {
  description = "Days between the key's removal and its end, in which it can be called back; every image it encrypted is lost with it."
  type        = number
  nullable    = false
  default     = 30

  validation {
    condition     = var.deletion_window_days >= 7 && var.deletion_window_days <= 30
    error_message = "deletion_window_days must be 7 to 30, not ${var.deletion_window_days}."
  }
}

variable "description" {
  description = "What the key is for."
  type        = string
  nullable    = false
  default     = "Encrypts machine images."

  validation {
    condition     = length(var.description) <= 8192
    error_message = "description must have at most 8192 characters, not ${length(var.description)}."
  }
}

variable "organization_arns" {
  description = "ARNs of the organizations whose accounts may launch images that the key encrypts."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for arn in var.organization_arns : can(regex("^arn:aws[^:]*:organizations::[0-9]{12}:organization/o-[a-z0-9]{10,32}$", arn))])
    error_message = "organization_arns must be ARNs such as arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5, not ${jsonencode(var.organization_arns)}."
  }
}

variable "organizational_unit_arns" {
  description = "ARNs of the organizational units whose accounts, and those of the units in them, may launch images that the key encrypts."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for arn in var.organizational_unit_arns : can(regex("^arn:aws[^:]*:organizations::[0-9]{12}:ou/o-[a-z0-9]{10,32}/ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$", arn))])
    error_message = "organizational_unit_arns must be ARNs such as arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-11111111, not ${jsonencode(var.organizational_unit_arns)}."
  }
}

variable "partition" {
  description = "AWS partition that ARNs are built for: aws, aws-cn or aws-us-gov."
  type        = string
  nullable    = false
  default     = "aws"

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.partition)
    error_message = "partition must be aws, aws-cn or aws-us-gov, not ${jsonencode(var.partition)}."
  }
}

variable "region" {
  description = "Region of the provider, which the key lives in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "region must be a Region such as us-east-1, not ${jsonencode(var.region)}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "target_account_ids" {
  description = "Ids of the other accounts that receive images, by copy or by launch permission, and use the key for them."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for id in var.target_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "target_account_ids must be account ids of twelve digits, not ${jsonencode(var.target_account_ids)}."
  }
}
