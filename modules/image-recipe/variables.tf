variable "components" {
  description = "Components in the order they run, build and test ones alike, with the values of their parameters."
  type = list(object({
    arn        = string
    parameters = optional(map(string), {})
  }))
  nullable = false

  validation {
    condition     = length(var.components) > 0
    error_message = "components must name at least one component, not ${jsonencode(var.components)}."
  }

  validation {
    condition     = alltrue([for component in var.components : can(regex("^arn:[a-z-]+:imagebuilder:[a-z0-9-]+:([0-9]{12}|aws|aws-marketplace):component/[a-z0-9-_]+/([0-9]+\\.[0-9]+\\.[0-9]+(/[0-9]+)?|[0-9]+\\.[0-9]+\\.x|[0-9]+\\.x\\.x|x\\.x\\.x)$", component.arn))])
    error_message = "components must have ARNs of component versions (.../component/NAME/1.0.0, x only to the right: 1.x.x), not ${jsonencode(var.components[*].arn)}."
  }
}

variable "description" {
  description = "What the image is for."
  type        = string
  default     = null

  validation {
    condition     = var.description == null || try(length(var.description) >= 1 && length(var.description) <= 1024, false)
    error_message = "description must have 1 to 1024 characters or be null, not ${jsonencode(var.description)}."
  }
}

variable "name" {
  description = "Name of the recipe; another name replaces it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[-_A-Za-z0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z0-9]$", var.name))
    error_message = "name must have 3 to 128 letters, digits, dashes, underscores or inner spaces, not ${jsonencode(var.name)}."
  }
}

variable "parent_image" {
  description = "Base image: ARN of an Image Builder image, AMI id, or ssm:NAME of a parameter that holds an AMI id."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(arn:[a-z-]+:imagebuilder:[a-z0-9-]+:([0-9]{12}|aws):image/[a-z0-9-_]+/[0-9x.]+(/[0-9]+)?|ami-[0-9a-f]{8,17}|ssm:[A-Za-z0-9_./:-]+)$", var.parent_image))
    error_message = "parent_image must be the ARN of an Image Builder image, an AMI id or ssm:NAME, not ${jsonencode(var.parent_image)}."
  }
}

variable "semantic_version" {
  description = "Version of the recipe; anything but tags that changes needs a new one."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})$", var.semantic_version))
    error_message = "semantic_version must be three numbers without leading zeros (1.0.0), not ${jsonencode(var.semantic_version)}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "volume" {
  description = "Root volume of the image: size in GiB, throughput in MiB/s; encrypted, unless told otherwise, with kms_key_id (an ARN known at plan) or the account's default key."
  type = object({
    device     = optional(string, "/dev/xvda")
    encrypted  = optional(bool, true)
    iops       = optional(number)
    kms_key_id = optional(string)
    size       = number
    throughput = optional(number)
    type       = optional(string, "gp3")
  })
  nullable = false

  validation {
    condition     = can(regex("^(/dev/[a-z0-9/]+|xvd[a-z]+)$", var.volume.device))
    error_message = "volume.device must be a device name such as /dev/xvda, not ${jsonencode(var.volume.device)}."
  }

  validation {
    condition     = contains(["gp2", "gp3", "io1", "io2", "sc1", "st1", "standard"], var.volume.type)
    error_message = "volume.type must be gp2, gp3, io1, io2, sc1, st1 or standard, not ${jsonencode(var.volume.type)}."
  }

  validation {
    condition     = var.volume.size >= 1 && var.volume.size <= 16000 && floor(var.volume.size) == var.volume.size
    error_message = "volume.size must be a whole number of GiB from 1 to 16000, not ${var.volume.size}."
  }

  validation {
    condition     = var.volume.iops == null || contains(["gp3", "io1", "io2"], var.volume.type)
    error_message = "volume.iops must be null unless volume.type is gp3, io1 or io2, not ${jsonencode(var.volume.iops)} with ${jsonencode(var.volume.type)}."
  }

  validation {
    condition     = var.volume.throughput == null || var.volume.type == "gp3"
    error_message = "volume.throughput must be null unless volume.type is gp3, not ${jsonencode(var.volume.throughput)} with ${jsonencode(var.volume.type)}."
  }

  validation {
    condition     = var.volume.kms_key_id == null || var.volume.encrypted
    error_message = "volume.kms_key_id must be null unless volume.encrypted is true, not ${jsonencode(var.volume.kms_key_id)}."
  }
}

variable "working_directory" {
  description = "Directory that components run in; null for /tmp (C:/ on Windows). Bases that mount /tmp noexec need another."
  type        = string
  default     = null
}
