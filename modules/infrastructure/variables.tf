variable "description" {
  description = "What the configuration is for."
  type        = string
  default     = null

  validation {
    condition     = var.description == null || try(length(var.description) >= 1 && length(var.description) <= 1024, false)
    error_message = "description must have 1 to 1024 characters or be null, not ${jsonencode(var.description)}."
  }
}

variable "http_put_response_hop_limit" {
  description = "Network hops that the answer of the instance metadata service may travel; container builds need 2."
  type        = number
  nullable    = false
  default     = 1

  validation {
    condition     = var.http_put_response_hop_limit >= 1 && var.http_put_response_hop_limit <= 64
    error_message = "http_put_response_hop_limit must be 1 to 64, not ${var.http_put_response_hop_limit}."
  }
}

variable "http_tokens" {
  description = "required: IMDSv2 only; optional lets IMDSv1 answer too."
  type        = string
  nullable    = false
  default     = "required"

  validation {
    condition     = contains(["required", "optional"], var.http_tokens)
    error_message = "http_tokens must be required or optional, not ${jsonencode(var.http_tokens)}."
  }
}

variable "instance_profile_name" {
  description = "Name of the instance profile of build and test instances."
  type        = string
  nullable    = false
}

variable "instance_types" {
  description = "Instance types to build on, any of which will do; empty leaves the choice to Image Builder."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for type in var.instance_types : can(regex("^[a-z0-9-]+\\.[a-z0-9-]+$", type))])
    error_message = "instance_types must be EC2 instance types such as t3.medium, not ${jsonencode(var.instance_types)}."
  }
}

variable "key_pair" {
  description = "Name of the key pair for SSH to build instances; null (better: use Session Manager) for none."
  type        = string
  default     = null
}

variable "log_bucket" {
  description = "Name of the bucket that build logs go to, known at plan; null for no logs in S3."
  type        = string
  default     = null
}

variable "log_prefix" {
  description = "Prefix of the logs in the bucket; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.log_prefix == null || var.log_bucket != null
    error_message = "log_prefix must be null where log_bucket is null, not ${jsonencode(var.log_prefix)}."
  }
}

variable "name" {
  description = "Name of the configuration; another name replaces it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[-_A-Za-z0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z0-9]$", var.name))
    error_message = "name must have 3 to 128 letters, digits, dashes, underscores or inner spaces, not ${jsonencode(var.name)}."
  }
}

variable "placement" {
  description = "Availability Zone, tenancy and Dedicated Host of the instances; null leaves them to the subnet."
  type = object({
    availability_zone       = optional(string)
    host_id                 = optional(string)
    host_resource_group_arn = optional(string)
    tenancy                 = optional(string)
  })
  default = null

  validation {
    condition     = try(var.placement.tenancy, null) == null || try(contains(["default", "dedicated", "host"], var.placement.tenancy), false)
    error_message = "placement must have default, dedicated or host as its tenancy, not ${jsonencode(var.placement)}."
  }

  validation {
    condition     = try(var.placement.host_id, null) == null || try(var.placement.host_resource_group_arn, null) == null
    error_message = "placement must have at most one of host_id and host_resource_group_arn, not ${jsonencode(var.placement)}."
  }

  validation {
    condition     = (try(var.placement.host_id, null) == null && try(var.placement.host_resource_group_arn, null) == null) || try(var.placement.tenancy == "host", false)
    error_message = "placement must have the tenancy host where it names a host or a group of hosts, not ${jsonencode(var.placement)}."
  }
}

variable "resource_tags" {
  description = "Tags of what a build makes: its instances and their volumes. The provider's default tags are not among them."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "security_group_ids" {
  description = "Ids of the security groups of build and test instances; needed where a subnet is given."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for id in var.security_group_ids : can(regex("^sg-[0-9a-f]{8,17}$", id))])
    error_message = "security_group_ids must be ids such as sg-0123456789abcdef0, not ${jsonencode(var.security_group_ids)}."
  }
}

variable "sns_topic_arn" {
  description = "ARN of the topic that learns how builds end; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.sns_topic_arn == null || can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.sns_topic_arn))
    error_message = "sns_topic_arn must be the ARN of a standard topic or null, not ${jsonencode(var.sns_topic_arn)}."
  }
}

variable "subnet_id" {
  description = "Id of the subnet of build and test instances; null for one of the default VPC."
  type        = string
  default     = null

  validation {
    condition     = var.subnet_id == null || can(regex("^subnet-[0-9a-f]{8,17}$", var.subnet_id))
    error_message = "subnet_id must be an id such as subnet-0123456789abcdef0 or null, not ${jsonencode(var.subnet_id)}."
  }

  validation {
    condition     = var.subnet_id == null || length(var.security_group_ids) > 0
    error_message = "subnet_id must be null unless security_group_ids are given too, because Image Builder starts no instance in a subnet without one, not ${jsonencode(var.subnet_id)}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "terminate_on_failure" {
  description = "Whether the instance of a failed build is terminated; false keeps it to look into, and to pay for."
  type        = bool
  nullable    = false
  default     = true
}
