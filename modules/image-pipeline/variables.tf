variable "collect_metadata" {
  description = "Whether the packages and the version of the operating system are recorded of each image."
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

variable "description" {
  description = "What the pipeline makes."
  type        = string
  default     = null

  validation {
    condition     = var.description == null || try(length(var.description) >= 1 && length(var.description) <= 1024, false)
    error_message = "description must have 1 to 1024 characters or be null, not ${jsonencode(var.description)}."
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

variable "enabled" {
  description = "Whether the schedule runs; a disabled pipeline can still be started by hand."
  type        = bool
  nullable    = false
  default     = true
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

variable "name" {
  description = "Name of the pipeline; another name replaces it, and its history is lost."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[-_A-Za-z0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z0-9]$", var.name))
    error_message = "name must have 3 to 128 letters, digits, dashes, underscores or inner spaces, not ${jsonencode(var.name)}."
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
  description = "Whether images are tested."
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

variable "schedule" {
  description = "When the pipeline starts by itself: a cron expression of six fields or a rate, its time zone, and whether new base images or components are awaited too; null for a start by hand only."
  type = object({
    expression      = string
    start_condition = optional(string, "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE")
    timezone        = optional(string, "UTC")
  })
  default = null

  validation {
    condition     = var.schedule == null || can(regex("^(cron\\(([^ ]+ [^ ]+ [?] [^ ]+ [^ ?]+|[^ ]+ [^ ]+ [^ ?]+ [^ ]+ [?]) [^ ]+\\)|rate\\([1-9][0-9]* (minute|hour|day)s?\\))$", var.schedule.expression))
    error_message = "schedule.expression must be cron(minute hour day-of-month month day-of-week year) with ? as exactly one of the days, or rate(N days), not ${jsonencode(try(var.schedule.expression, null))}."
  }

  validation {
    condition     = var.schedule == null || try(contains(["EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE", "EXPRESSION_MATCH_ONLY"], var.schedule.start_condition), false)
    error_message = "schedule.start_condition must be EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE or EXPRESSION_MATCH_ONLY, not ${jsonencode(try(var.schedule.start_condition, null))}."
  }

  validation {
    condition     = var.schedule == null || can(regex("^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}$", var.schedule.timezone))
    error_message = "schedule.timezone must be a time zone's name such as UTC or Europe/Berlin, not ${jsonencode(try(var.schedule.timezone, null))}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "test_timeout_minutes" {
  description = "Minutes that the tests of an image may take."
  type        = number
  nullable    = false
  default     = 720

  validation {
    condition     = var.test_timeout_minutes >= 60 && var.test_timeout_minutes <= 1440
    error_message = "test_timeout_minutes must be 60 to 1440, not ${var.test_timeout_minutes}."
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
