variable "block_devices" {
  description = "Block devices of the instance that builds, by device name. Each is a volume (size in GiB or snapshot_id; throughput in MiB/s; encrypted unless told otherwise), an instance store (virtual_name), or a device of its AMI that it is without (no_device)."
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

variable "dockerfile_template" {
  description = "Dockerfile with the marks {{{ imagebuilder:parentImage }}}, {{{ imagebuilder:environments }}} and {{{ imagebuilder:components }}}; null where dockerfile_template_uri is given."
  type        = string
  default     = null

  validation {
    condition     = var.dockerfile_template == null || try(length(var.dockerfile_template) <= 16000, false)
    error_message = "dockerfile_template must have up to 16000 characters, not ${try(length(var.dockerfile_template), 0)}; a longer one goes by dockerfile_template_uri."
  }

  validation {
    condition     = var.dockerfile_template == null || try(alltrue([for mark in ["parentImage", "environments", "components"] : strcontains(var.dockerfile_template, "{{{ imagebuilder:${mark} }}}")]), false)
    error_message = "dockerfile_template must have the marks {{{ imagebuilder:parentImage }}}, {{{ imagebuilder:environments }}} and {{{ imagebuilder:components }}}, not ${jsonencode(var.dockerfile_template)}."
  }

  validation {
    condition     = (var.dockerfile_template == null) != (var.dockerfile_template_uri == null)
    error_message = "dockerfile_template must be given where dockerfile_template_uri is null, and only there, not ${jsonencode(var.dockerfile_template)}."
  }
}

variable "dockerfile_template_uri" {
  description = "S3 URI of a Dockerfile template instead, such as s3://BUCKET/KEY."
  type        = string
  default     = null

  validation {
    condition     = var.dockerfile_template_uri == null || can(regex("^s3://[a-z0-9.-]{3,63}/.+$", var.dockerfile_template_uri))
    error_message = "dockerfile_template_uri must read like s3://BUCKET/KEY or be null, not ${jsonencode(var.dockerfile_template_uri)}."
  }
}

variable "instance_image" {
  description = "AMI of the instance that builds: an id, or ssm:NAME of a parameter that holds one; null for the ECS-optimized AMI."
  type        = string
  default     = null

  validation {
    condition     = var.instance_image == null || can(regex("^(ami-[0-9a-f]{8,17}|ssm:[A-Za-z0-9_./:-]+)$", var.instance_image))
    error_message = "instance_image must be an AMI id or ssm:NAME, or null, not ${jsonencode(var.instance_image)}."
  }
}

variable "kms_key_id" {
  description = "ARN, known at plan, of the KMS key or alias that encrypts the template in Image Builder; null for a key of AWS."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_id == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$", var.kms_key_id))
    error_message = "kms_key_id must be the ARN of a KMS key or alias, or null, not ${jsonencode(var.kms_key_id)}."
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
  description = "Base image: a reference with its tag or digest into Docker Hub or Amazon ECR, or the ARN of a managed container image."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(arn:[a-z-]+:imagebuilder:[a-z0-9-]+:([0-9]{12}|aws):image/[a-z0-9-_]+/[0-9x.]+(/[0-9]+)?|[a-z0-9][A-Za-z0-9._/-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*|@sha256:[0-9a-f]{64}))$", var.parent_image))
    error_message = "parent_image must be a reference such as amazonlinux:2023 or the ARN of an Image Builder image, not ${jsonencode(var.parent_image)}."
  }
}

variable "platform_override" {
  description = "Platform of a base that Image Builder does not manage: Linux or Windows; null for managed ones."
  type        = string
  default     = null

  validation {
    condition     = var.platform_override == null || try(contains(["Linux", "Windows"], var.platform_override), false)
    error_message = "platform_override must be Linux, Windows or null, not ${jsonencode(var.platform_override)}."
  }
}

variable "repository_name" {
  description = "Name, without the registry, of the ECR repository in this account and Region that images go to."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", var.repository_name))
    error_message = "repository_name must be the name of a repository (team/web), not its URI, not ${jsonencode(var.repository_name)}."
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

variable "working_directory" {
  description = "Directory that components run in; null for /tmp (C:/ on Windows)."
  type        = string
  default     = null
}
