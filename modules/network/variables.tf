variable "account_id" {
  description = "Id of the account that the network is in: endpoints serve its callers alone."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be twelve digits, not ${jsonencode(var.account_id)}."
  }
}

variable "cidr_block" {
  description = "IPv4 range of the VPC, /16 to /25: each subnet gets an eighth of it."
  type        = string
  nullable    = false
  default     = "10.0.0.0/22"

  validation {
    condition     = can(regex("^10\\.|^172\\.(1[6-9]|2[0-9]|3[01])\\.|^192\\.168\\.", var.cidr_block)) && try(cidrsubnet(var.cidr_block, 0, 0) == var.cidr_block, false) && can(regex("/(1[6-9]|2[0-5])$", var.cidr_block))
    error_message = "cidr_block must be a private range of /16 to /25 that begins at its first address, such as 10.0.0.0/22, not ${jsonencode(var.cidr_block)}."
  }
}

variable "endpoints" {
  description = "AWS services that instances reach by an interface endpoint, by the last part of the endpoint's name; S3 is reached in any case."
  type        = set(string)
  nullable    = false
  default     = ["imagebuilder", "kms", "logs", "ssm", "ssmmessages"]

  validation {
    condition     = alltrue([for service in var.endpoints : can(regex("^[a-z0-9][a-z0-9.-]{1,62}$", service)) && service != "s3" && !startswith(service, "com.amazonaws")])
    error_message = "endpoints must be names of services such as secretsmanager or ecr.api, without com.amazonaws and a Region, and without s3, not ${jsonencode(var.endpoints)}."
  }

  validation {
    condition     = length(setsubtract(["imagebuilder", "ssm", "ssmmessages"], var.endpoints)) == 0
    error_message = "endpoints must hold imagebuilder, ssm and ssmmessages, without which no build begins, not ${jsonencode(var.endpoints)}."
  }
}

variable "flow_log_days" {
  description = "Days that CloudWatch Logs keeps the VPC's flow logs; null writes none."
  type        = number
  default     = null

  validation {
    condition     = var.flow_log_days == null ? true : contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.flow_log_days)
    error_message = "flow_log_days must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 and 3653, not ${jsonencode(var.flow_log_days)}."
  }
}

variable "name" {
  description = "Name of the network; its resources are named after it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,53}$", var.name))
    error_message = "name must have 1 to 54 letters, digits, - and _, not ${jsonencode(var.name)}."
  }
}

variable "nat" {
  description = "Whether instances reach package repositories outside of AWS, through a NAT gateway and an Internet gateway."
  type        = bool
  nullable    = false
  default     = false
}

variable "partition" {
  description = "AWS partition that ARNs and names of endpoints are built for: aws, aws-cn or aws-us-gov."
  type        = string
  nullable    = false
  default     = "aws"

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.partition)
    error_message = "partition must be aws, aws-cn or aws-us-gov, not ${jsonencode(var.partition)}."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that the role cannot go beyond, whatever its own policies say; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy or null, not ${jsonencode(var.permissions_boundary_arn)}."
  }
}

variable "read_buckets" {
  description = "Names of S3 buckets of other accounts, in the Region, that instances may read."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for bucket in var.read_buckets : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", bucket))])
    error_message = "read_buckets must be names of buckets (3 to 63 lower-case letters, digits, dots and hyphens), not ${jsonencode(var.read_buckets)}."
  }
}

variable "region" {
  description = "Region that the network is in, which must be the provider's."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$", var.region))
    error_message = "region must read like us-east-1, not ${jsonencode(var.region)}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "zones" {
  description = "Availability Zones of the Region, a private subnet in each; none leaves the choice of one zone to AWS."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for zone in var.zones : can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}[a-f]$", zone))])
    error_message = "zones must be Availability Zones such as us-east-1a, not ${jsonencode(var.zones)}."
  }
}
