variable "collect_metadata" {
  description = "Whether the packages and the version of the operating system are recorded of the image."
  type        = bool
  nullable    = false
  default     = true
}

variable "container_recipe_arn" {
  description = "ARN of the exact version of the container recipe; null where recipe_arn is given."
  type        = string
  default     = null

  validation {
    condition     = var.container_recipe_arn == null || can(regex("^arn:[a-z-]+:imagebuilder:[a-z0-9-]+:[0-9]{12}:container-recipe/[a-z0-9-_]+/[0-9]+\\.[0-9]+\\.[0-9]+$", var.container_recipe_arn))
    error_message = "container_recipe_arn must be the ARN of an exact version of a container recipe (.../container-recipe/NAME/1.0.0, no x) or null, not ${jsonencode(var.container_recipe_arn)}."
  }
}

variable "distribution_arn" {
  description = "ARN of the distribution configuration."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:imagebuilder:[a-z0-9-]+:[0-9]{12}:distribution-configuration/[a-z0-9-_]+$", var.distribution_arn))
    error_message = "distribution_arn must be the ARN of a distribution configuration, not ${jsonencode(var.distribution_arn)}."
  }
}

variable "execution_role_arn" {
  description = "ARN of the role that Image Builder builds and distributes with; null for its service-linked role, which can publish no SSM parameters."
  type        = string
  default     = null

  validation {
    condition     = var.execution_role_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", var.execution_role_arn))
    error_message = "execution_role_arn must be the ARN of an IAM role or null, not ${jsonencode(var.execution_role_arn)}."
  }
}

variable "infrastructure_arn" {
  description = "ARN of the infrastructure configuration."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:imagebuilder:[a-z0-9-]+:[0-9]{12}:infrastructure-configuration/[a-z0-9-_]+$", var.infrastructure_arn))
    error_message = "infrastructure_arn must be the ARN of an infrastructure configuration, not ${jsonencode(var.infrastructure_arn)}."
  }
}

variable "recipe_arn" {
  description = "ARN of the exact version of the image recipe; null where container_recipe_arn is given."
  type        = string
  default     = null

  validation {
    condition     = var.recipe_arn == null || can(regex("^arn:[a-z-]+:imagebuilder:[a-z0-9-]+:[0-9]{12}:image-recipe/[a-z0-9-_]+/[0-9]+\\.[0-9]+\\.[0-9]+$", var.recipe_arn))
    error_message = "recipe_arn must be the ARN of an exact version of an image recipe (.../image-recipe/NAME/1.0.0, no x), not ${jsonencode(var.recipe_arn)}."
  }
}

variable "run_tests" {
  description = "Whether the image is tested."
  type        = bool
  nullable    = false
  default     = true
}

variable "scanning" {
  description = "Whether Amazon Inspector scans new images, on their test instance; for container images, the ECR repository and the tags that it scans them under; null for no scans."
  type = object({
    container_tags  = optional(set(string), [])
    repository_name = optional(string)
  })
  default = null

  validation {
    condition     = var.scanning == null || var.run_tests
    error_message = "scanning must go with run_tests, since images are scanned while they are tested, not ${jsonencode(var.scanning)}."
  }

  validation {
    condition     = var.scanning == null || try(var.scanning.repository_name, null) == null || can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", var.scanning.repository_name))
    error_message = "scanning must have the name of a repository (team/scans), not its URI, not ${jsonencode(try(var.scanning.repository_name, null))}."
  }

  validation {
    condition     = length(try(var.scanning.container_tags, [])) == 0 || try(var.scanning.repository_name, null) != null
    error_message = "scanning must have a repository_name where it has container_tags, since the provider sends an empty name otherwise, not ${jsonencode(var.scanning)}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "test_timeout_minutes" {
  description = "Minutes that the tests of the image may take."
  type        = number
  nullable    = false
  default     = 720

  validation {
    condition     = var.test_timeout_minutes >= 60 && var.test_timeout_minutes <= 1440
    error_message = "test_timeout_minutes must be 60 to 1440, not ${var.test_timeout_minutes}."
  }
}

variable "timeout_minutes" {
  description = "Minutes that an apply waits for the image."
  type        = number
  nullable    = false
  default     = 180

  validation {
    condition     = var.timeout_minutes >= 10 && var.timeout_minutes <= 1440
    error_message = "timeout_minutes must be 10 to 1440, not ${var.timeout_minutes}."
  }
}

variable "workflows" {
  description = "Workflows that take the place of Image Builder's own: ARN, values of parameters, and for test workflows what a failure does (ABORT or CONTINUE) and which of them run at the same time."
  type = list(object({
    arn            = string
    on_failure     = optional(string)
    parallel_group = optional(string)
    parameters     = optional(map(string), {})
  }))
  nullable = false
  default  = []

  validation {
    condition     = alltrue([for workflow in var.workflows : can(regex("^arn:[a-z-]+:imagebuilder:[a-z0-9-]+:([0-9]{12}|aws):workflow/(build|test|distribution)/[a-z0-9-_]+/([0-9]+|x)\\.([0-9]+|x)\\.([0-9]+|x)(/[0-9]+)?$", workflow.arn))])
    error_message = "workflows must have ARNs of workflows, not ${jsonencode([for workflow in var.workflows : workflow.arn])}."
  }

  validation {
    condition     = alltrue([for workflow in var.workflows : can(regex(":workflow/test/", workflow.arn)) || (workflow.on_failure == null && workflow.parallel_group == null)])
    error_message = "workflows must be test workflows where they have on_failure or parallel_group, not ${jsonencode(var.workflows)}."
  }

  validation {
    condition     = alltrue([for workflow in var.workflows : workflow.on_failure == null ? true : contains(["ABORT", "CONTINUE"], workflow.on_failure)])
    error_message = "workflows must have an on_failure of ABORT or CONTINUE, or none, not ${jsonencode(var.workflows)}."
  }

  validation {
    condition     = length(var.workflows) == 0 || var.execution_role_arn != null
    error_message = "workflows must have an execution_role_arn to work with, not ${jsonencode(var.execution_role_arn)}."
  }
}
