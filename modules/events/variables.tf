variable "account_id" {
  description = "Id of the account itself, which builds the images."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be twelve digits, not ${jsonencode(var.account_id)}."
  }
}

variable "events" {
  description = "What the topic is told of: success and failure of builds, findings of scans, and steps that are waiting for an approval."
  type        = set(string)
  nullable    = false
  default     = ["failure", "findings", "success", "waiting"]

  validation {
    condition     = length(var.events) > 0 && alltrue([for event in var.events : contains(["failure", "findings", "success", "waiting"], event)])
    error_message = "events must be of failure, findings, success and waiting, not ${jsonencode(var.events)}."
  }
}

variable "image_arn_prefixes" {
  description = "What the ARNs of the images begin with (arn:aws:imagebuilder:REGION:ACCOUNT:image/NAME/)."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.image_arn_prefixes) > 0 && alltrue([for prefix in var.image_arn_prefixes : can(regex("^arn:[a-z-]+:imagebuilder:[a-z0-9-]+:[0-9]{12}:image/[a-z0-9-_]+/$", prefix))])
    error_message = "image_arn_prefixes must be ARNs of images up to the slash after their names, not ${jsonencode(var.image_arn_prefixes)}."
  }
}

variable "image_builder_publishes" {
  description = "Whether Image Builder itself publishes to the topic made here too, as the SNS topic of an infrastructure."
  type        = bool
  nullable    = false
  default     = false
}

variable "least_severity" {
  description = "The least severity of findings that the topic is told of: critical, high or medium."
  type        = string
  nullable    = false
  default     = "medium"

  validation {
    condition     = contains(["critical", "high", "medium"], var.least_severity)
    error_message = "least_severity must be critical, high or medium, not ${jsonencode(var.least_severity)}."
  }
}

variable "name" {
  description = "Name of the topic and of the key's alias, and what the names of the rules begin with."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,48}$", var.name))
    error_message = "name must have 1 to 48 letters, digits, dashes or underscores, not ${jsonencode(var.name)}."
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
  description = "Region that images are built in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$", var.region))
    error_message = "region must be a Region such as us-east-1, not ${jsonencode(var.region)}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "topic_arn" {
  description = "ARN of a topic that is there already, in the same Region, whose policy lets events.amazonaws.com publish; null for one that is made here."
  type        = string
  default     = null

  validation {
    condition     = var.topic_arn == null || can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.topic_arn))
    error_message = "topic_arn must be the ARN of a topic or null, not ${jsonencode(var.topic_arn)}."
  }
}
