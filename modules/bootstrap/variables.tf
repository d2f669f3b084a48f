variable "account_id" {
  description = "Id of the account that this is for."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be twelve digits, not ${jsonencode(var.account_id)}."
  }
}

variable "account_ids" {
  description = "Ids of all accounts that pipelines plan and apply in; needed with pipelines alone."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for id in var.account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "account_ids must have twelve digits each, not ${jsonencode(var.account_ids)}."
  }
}

variable "additional_policy_arns" {
  description = "ARNs of policies that the apply role has as well, by a label: what Terraform of your own needs beside the modules."
  type        = map(string)
  nullable    = false
  default     = {}

  validation {
    condition     = alltrue([for arn in values(var.additional_policy_arns) : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", arn))])
    error_message = "additional_policy_arns must be ARNs of IAM policies, not ${jsonencode(values(var.additional_policy_arns))}."
  }
}

variable "apply_principals" {
  description = "ARNs of the roles, users or accounts that may assume the apply role, besides the pipelines made here."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for arn in var.apply_principals : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(root|(role|user)/[A-Za-z0-9+=,.@_/-]+)$", arn))])
    error_message = "apply_principals must be ARNs of roles, users or accounts (no wildcards), not ${jsonencode(var.apply_principals)}."
  }

  validation {
    condition     = alltrue([for arn in var.apply_principals : !strcontains(arn, ":role/goldsmith-")])
    error_message = "apply_principals must be no roles that an apply role may change (goldsmith-), not ${jsonencode(var.apply_principals)}."
  }
}

variable "apply_role_name" {
  description = "Name of the role that applies."
  type        = string
  nullable    = false
  default     = "GoldsmithApply"

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,60}$", var.apply_role_name)) && !startswith(var.apply_role_name, "goldsmith-")
    error_message = "apply_role_name must have 1 to 60 letters, digits or +=,.@_-, and not begin as the roles that it may change (goldsmith-), not ${jsonencode(var.apply_role_name)}."
  }
}

variable "attachable_policy_arns" {
  description = "ARNs of further managed policies that the apply role may attach to the roles of builds."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for arn in var.attachable_policy_arns : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "attachable_policy_arns must be ARNs of IAM policies (no wildcards), not ${jsonencode(var.attachable_policy_arns)}."
  }
}

variable "boundary" {
  description = "Makes the policy GoldsmithBoundary, which no role that the apply role makes can go beyond; null for none. `actions` are what policies of your own need besides the modules', `buckets` names of buckets that disk images are read from and exported to, `key_arns` and `key_aliases` keys of your own that encrypt images."
  type = object({
    actions     = optional(set(string), [])
    buckets     = optional(set(string), [])
    key_aliases = optional(set(string), [])
    key_arns    = optional(set(string), [])
  })
  default = null

  validation {
    condition     = var.boundary == null || try(alltrue([for action in var.boundary.actions : can(regex("^[a-z0-9-]+:[A-Za-z]+$", action)) && !contains(["iam", "organizations", "sts"], split(":", action)[0])]), false)
    error_message = "boundary.actions must be actions such as lambda:InvokeFunction (no wildcards, and none of iam, organizations and sts), not ${jsonencode(try(var.boundary.actions, null))}."
  }

  validation {
    condition     = var.boundary == null || try(alltrue([for name in var.boundary.buckets : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", name))]), false)
    error_message = "boundary.buckets must be names of buckets (no wildcards), not ${jsonencode(try(var.boundary.buckets, null))}."
  }

  validation {
    condition     = var.boundary == null || try(alltrue([for arn in var.boundary.key_arns : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", arn))]), false)
    error_message = "boundary.key_arns must be ARNs of KMS keys (no wildcards), not ${jsonencode(try(var.boundary.key_arns, null))}."
  }

  validation {
    condition     = var.boundary == null || try(alltrue([for alias in var.boundary.key_aliases : can(regex("^alias/[A-Za-z0-9/_-]+$", alias))]), false)
    error_message = "boundary.key_aliases must be aliases such as alias/images (no wildcards), not ${jsonencode(try(var.boundary.key_aliases, null))}."
  }
}

variable "boundary_arns" {
  description = "ARNs of policies that were there before and that roles may have as their boundary as well."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for arn in var.boundary_arns : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "boundary_arns must be ARNs of IAM policies (no wildcards), not ${jsonencode(var.boundary_arns)}."
  }
}

variable "github" {
  description = "The GitHub repository whose workflows plan and apply, as its tokens name it: acme@123456/images@456789 where it is of after July 15, 2026, was renamed since or chose immutable subjects, else acme/images; null for none. `workflow_refs` are the only workflow files that may apply, such as acme/images/.github/workflows/goldsmith-apply.yml@refs/heads/main. `rollout_environment` is the environment in which rollouts go on by themselves, such as goldsmith-rollout; limit it to the branch before it is named here, since anybody's branch may use one without limits. `makes_provider = false` where the account has GitHub's OIDC provider."
  type = object({
    branch              = optional(string, "main")
    environment         = optional(string, "goldsmith")
    makes_provider      = optional(bool, true)
    repository          = string
    rollout_environment = optional(string)
    workflow_refs       = optional(set(string), [])
  })
  default = null

  validation {
    condition     = var.github == null || can(regex("^([A-Za-z0-9_-]+/[A-Za-z0-9._-]+|[A-Za-z0-9_-]+@[0-9]+/[A-Za-z0-9._-]+@[0-9]+)$", var.github.repository))
    error_message = "github.repository must be OWNER/NAME or OWNER@ID/NAME@ID (no wildcards), not ${jsonencode(try(var.github.repository, null))}."
  }

  validation {
    condition     = var.github == null || try(can(regex("^[A-Za-z0-9._/-]+$", var.github.branch)) && alltrue([for name in compact([var.github.environment, var.github.rollout_environment]) : can(regex("^[A-Za-z0-9._-]+$", name))]), false)
    error_message = "github.branch, github.environment and github.rollout_environment must be names (no wildcards), not ${jsonencode([try(var.github.branch, null), try(var.github.environment, null), try(var.github.rollout_environment, null)])}."
  }

  validation {
    condition     = var.github == null || try(alltrue([for ref in var.github.workflow_refs : can(regex("^[^*?@]+/[^*?@]+/\\.github/workflows/[^*?@]+@[^*?]+$", ref))]), false)
    error_message = "github.workflow_refs must be OWNER/NAME/.github/workflows/FILE@REF (no wildcards), not ${jsonencode(try(var.github.workflow_refs, null))}."
  }
}

variable "gitlab" {
  description = "The GitLab project whose jobs plan and apply; null for none. `makes_provider = false` where the account has its OIDC provider."
  type = object({
    branch         = optional(string, "main")
    makes_provider = optional(bool, true)
    project        = string
    url            = optional(string, "https://gitlab.com")
  })
  default = null

  validation {
    condition     = var.gitlab == null || try(can(regex("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+$", var.gitlab.project)) && can(regex("^[A-Za-z0-9._/-]+$", var.gitlab.branch)), false)
    error_message = "gitlab.project must be GROUP/NAME and gitlab.branch a name (no wildcards), not ${jsonencode([try(var.gitlab.project, null), try(var.gitlab.branch, null)])}."
  }

  validation {
    condition     = var.gitlab == null || can(regex("^https://[a-z0-9.-]+$", var.gitlab.url))
    error_message = "gitlab.url must be https:// and a host, not ${jsonencode(try(var.gitlab.url, null))}."
  }
}

variable "manages_network" {
  description = "Whether the apply role may make the VPCs that images are built in: what they are made of has no names, so it may change every VPC of the account."
  type        = bool
  nullable    = false
  default     = false
}

variable "parameter_paths" {
  description = "Names of the SSM parameters that hold ids of images; what ends in a slash stands for all that begin with it."
  type        = set(string)
  nullable    = false
  default     = ["/goldsmith/"]

  validation {
    condition     = alltrue([for path in var.parameter_paths : can(regex("^/[A-Za-z0-9_./-]+$", path))])
    error_message = "parameter_paths must begin with a slash and have letters, digits and _./- (no wildcards), not ${jsonencode(var.parameter_paths)}."
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

variable "passed_role_arns" {
  description = "ARNs of roles that were there before and that the apply role may hand to Image Builder and its instances."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for arn in var.passed_role_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "passed_role_arns must be ARNs of roles (no wildcards), not ${jsonencode(var.passed_role_arns)}."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that no role made here may go beyond; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy or null, not ${jsonencode(var.permissions_boundary_arn)}."
  }
}

variable "plan_principals" {
  description = "ARNs of the roles, users or accounts that may assume the plan role, besides those of apply_principals and the pipelines made here."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for arn in var.plan_principals : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(root|(role|user)/[A-Za-z0-9+=,.@_/-]+)$", arn))])
    error_message = "plan_principals must be ARNs of roles, users or accounts (no wildcards), not ${jsonencode(var.plan_principals)}."
  }

  validation {
    condition     = alltrue([for arn in var.plan_principals : !strcontains(arn, ":role/goldsmith-")])
    error_message = "plan_principals must be no roles that an apply role may change (goldsmith-), not ${jsonencode(var.plan_principals)}."
  }
}

variable "plan_role_name" {
  description = "Name of the role that plans."
  type        = string
  nullable    = false
  default     = "GoldsmithPlan"

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,60}$", var.plan_role_name)) && !startswith(var.plan_role_name, "goldsmith-")
    error_message = "plan_role_name must have 1 to 60 letters, digits or +=,.@_-, and not begin as the roles that the apply role may change (goldsmith-), not ${jsonencode(var.plan_role_name)}."
  }
}

variable "requires_boundary" {
  description = "Whether roles without one of these boundaries are refused; false while there are some that have none yet."
  type        = bool
  nullable    = false
  default     = true
}

variable "state" {
  description = "Where Terraform's state is, in the account that pipelines run in; null elsewhere. `makes_bucket = false` where the bucket is there; `old_versions_days` are the days that versions of the state are kept once they are old; without it they are kept for ever, and so are those of each lock."
  type = object({
    bucket            = string
    kms_key_arn       = optional(string)
    makes_bucket      = optional(bool, true)
    old_versions_days = optional(number)
  })
  default = null

  validation {
    condition     = var.state == null || try(can(regex(var.state.makes_bucket ? "^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$" : "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.state.bucket)), false)
    error_message = "state.bucket must have 3 to 63 small letters, digits or inner dashes, and dots only in a bucket that is there, not ${jsonencode(try(var.state.bucket, null))}."
  }

  validation {
    condition     = var.state == null || try(!can(regex("-imagebuilder-.*-${var.account_id}-", var.state.bucket)), false)
    error_message = "state.bucket must not be called as the buckets of builds are, which the apply role may change (*-imagebuilder-*-${var.account_id}-*), not ${jsonencode(try(var.state.bucket, null))}."
  }

  validation {
    condition     = try(var.state.kms_key_arn, null) == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.state.kms_key_arn))
    error_message = "state.kms_key_arn must be the ARN of a KMS key or null, not ${jsonencode(try(var.state.kms_key_arn, null))}."
  }

  validation {
    condition     = try(var.state.old_versions_days, null) == null || try(var.state.old_versions_days >= 1 && floor(var.state.old_versions_days) == var.state.old_versions_days, false)
    error_message = "state.old_versions_days must be a whole number from 1 on or null, not ${jsonencode(try(var.state.old_versions_days, null))}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}
