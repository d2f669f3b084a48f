variable "block_devices" {
  description = "Block devices besides the root volume, by device name. Each is a volume (size in GiB or snapshot_id; throughput in MiB/s; encrypted unless told otherwise), an instance store (virtual_name), or a device of the base image that the image is without (no_device)."
  type = map(object({
    delete_on_termination = optional(bool, true)
    encrypted             = optional(bool, true)
    iops                  = optional(number)
    kms_key_id            = optional(string)
    no_device             = optional(bool, false)
    size                  = optional(number)
    snapshot_id           = optional(string)
    throughput            = optional(number)
    type                  = optional(string, "gp3")
    virtual_name          = optional(string)
  }))
  nullable = false
  default  = {}

  validation {
    condition     = alltrue([for name in keys(var.block_devices) : can(regex("^(/dev/[a-z0-9/]+|xvd[a-z]+)$", name))])
    error_message = "block_devices must be keyed by device names such as /dev/sdf, not ${jsonencode(keys(var.block_devices))}."
  }

  validation {
    condition = alltrue([for device in values(var.block_devices) :
      length([for is_it in [device.size != null || device.snapshot_id != null, device.no_device, device.virtual_name != null] : is_it if is_it]) == 1
    ])
    error_message = "block_devices must each have exactly one of size or snapshot_id, no_device and virtual_name, not ${jsonencode(var.block_devices)}."
  }

  validation {
    condition     = alltrue([for device in values(var.block_devices) : contains(["gp2", "gp3", "io1", "io2", "sc1", "st1", "standard"], device.type)])
    error_message = "block_devices must have types gp2, gp3, io1, io2, sc1, st1 or standard, not ${jsonencode(values(var.block_devices)[*].type)}."
  }

  validation {
    condition     = alltrue([for device in values(var.block_devices) : device.size == null || try(device.size >= 1 && device.size <= 16000 && floor(device.size) == device.size, false)])
    error_message = "block_devices must have sizes of whole GiB from 1 to 16000, not ${jsonencode(values(var.block_devices)[*].size)}."
  }

  validation {
    condition     = alltrue([for device in values(var.block_devices) : device.iops == null || contains(["gp3", "io1", "io2"], device.type)])
    error_message = "block_devices must have iops only where the type is gp3, io1 or io2, not ${jsonencode(var.block_devices)}."
  }

  validation {
    condition     = alltrue([for device in values(var.block_devices) : device.throughput == null || device.type == "gp3"])
    error_message = "block_devices must have a throughput only where the type is gp3, not ${jsonencode(var.block_devices)}."
  }

  validation {
    condition     = alltrue([for device in values(var.block_devices) : device.kms_key_id == null || device.encrypted])
    error_message = "block_devices must have a kms_key_id only where they are encrypted, not ${jsonencode(var.block_devices)}."
  }

  validation {
    condition     = alltrue([for device in values(var.block_devices) : device.snapshot_id == null || can(regex("^snap-[0-9a-f]{8,17}$", device.snapshot_id))])
    error_message = "block_devices must have snapshot ids such as snap-0123456789abcdef0, not ${jsonencode(values(var.block_devices)[*].snapshot_id)}."
  }

  validation {
    condition     = alltrue([for device in values(var.block_devices) : device.virtual_name == null || can(regex("^ephemeral([0-9]|1[0-9]|2[0-3])$", device.virtual_name))])
    error_message = "block_devices must have virtual names from ephemeral0 to ephemeral23, not ${jsonencode(values(var.block_devices)[*].virtual_name)}."
  }

  validation {
    condition     = !contains(keys(var.block_devices), var.volume.device)
    error_message = "block_devices must leave out the root device, which volume says, not have ${jsonencode(var.volume.device)}."
  }
}

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
    condition     = alltrue([for component in var.components : can(regex("^arn:[a-z-]+:imagebuilder:[a-z0-9-]+:([0-9]{12}|aws|aws-marketplace|third-party):component/[a-z0-9-_]+/([0-9]+\\.[0-9]+\\.[0-9]+(/[0-9]+)?|[0-9]+\\.[0-9]+\\.x|[0-9]+\\.x\\.x|x\\.x\\.x)$", component.arn))])
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
  description = "Base image: ARN of an Image Builder image, AMI id, ssm:NAME of a parameter that holds an AMI id, or id of an AWS Marketplace product."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(arn:[a-z-]+:imagebuilder:[a-z0-9-]+:([0-9]{12}|aws):image/[a-z0-9-_]+/[0-9x.]+(/[0-9]+)?|prod-[a-z0-9]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|ami-[0-9a-f]{8,17}|ssm:[A-Za-z0-9_./:-]+)$", var.parent_image))
    error_message = "parent_image must be the ARN of an Image Builder image, an AMI id, ssm:NAME or the id of a Marketplace product, not ${jsonencode(var.parent_image)}."
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

variable "uninstall_ssm_agent" {
  description = "Whether the SSM Agent is removed from the image; null to remove it where Image Builder installed it. Not for Windows."
  type        = bool
  default     = null
}

variable "user_data" {
  description = "What the build and test instances run as they start, as text: at most 16383 bytes. It takes the place of what Image Builder runs to install the SSM Agent on Linux."
  type        = string
  default     = null

  validation {
    condition     = var.user_data == null || try(length(var.user_data) > 0 && length(base64encode(var.user_data)) <= 21847, false)
    error_message = "user_data must have 1 to 16383 bytes (21847 characters in base64) or be null, not ${try(length(base64encode(var.user_data)), 0)} characters in base64."
  }
}

variable "volume" {
  description = "Root volume of the image: size in GiB, throughput in MiB/s; encrypted, unless told otherwise, with kms_key_id (an ARN known at plan) or the account's default key."
  type = object({
    delete_on_termination = optional(bool, true)
    device                = optional(string, "/dev/xvda")
    encrypted             = optional(bool, true)
    iops                  = optional(number)
    kms_key_id            = optional(string)
    size                  = number
    throughput            = optional(number)
    type                  = optional(string, "gp3")
  })
  nullable = false

  validation {
    condition     = can(regex("^(/dev/[a-z0-9/]+|xvd[a-z]+)$", var.volume.device))
    error_message = "volume.device must be a device name such as /dev/xvda, not ${jsonencode(var.volume.device)}."
  }

  validation {
    condition     = contains(["gp2", "gp3", "io1", "io2", "standard"], var.volume.type)
    error_message = "volume.type must be gp2, gp3, io1, io2 or standard (sc1 and st1 cannot hold a root volume), not ${jsonencode(var.volume.type)}."
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

  validation {
    condition     = var.working_directory == null || try(can(regex("^(/|[A-Za-z]:[/\\\\])", var.working_directory)) && length(var.working_directory) <= 1024, false)
    error_message = "working_directory must be an absolute path of at most 1024 characters or null, not ${jsonencode(var.working_directory)}."
  }
}
