# What Terraform asks AWS for, over all of Goldsmith's modules, and what `goldsmith verify`, `images` and `build` ask.
# The tests hold these lists against the calls that the embedded AWS saw: none is missing, none is idle.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
locals {
  own       = "goldsmith-"
  buckets   = "arn:${var.partition}:s3:::*-imagebuilder-*-${var.account_id}-*"
  documents = "arn:${var.partition}:s3:::*-imagebuilder-docs-${var.account_id}-*" # and no logs or disk images
  resource  = { for service in ["ec2", "ecr", "events", "imagebuilder", "kms", "logs", "sns", "ssm"] : service => "arn:${var.partition}:${service}:*:${var.account_id}" }

  # A path that ends in a slash is of all that begin with it, any other of one: /images/web is not /images/web-password.
  # Whoever may read a parameter may read it decrypted too, where its key is AWS's own (alias/aws/ssm).
  parameter_names = [for path in sort(var.parameter_paths) : endswith(path, "/") ? "${path}*" : path]
  parameters      = [for name in local.parameter_names : "${local.resource.ssm}:parameter${name}"]

  # Two roles bear names that AWS has chosen. Image Builder assumes those by itself, so nobody passes them on.
  roles = [
    "arn:${var.partition}:iam::${var.account_id}:role/${local.own}*",
    "arn:${var.partition}:iam::${var.account_id}:role/EC2ImageBuilderDistributionCrossAccountRole",
    "arn:${var.partition}:iam::${var.account_id}:role/Ec2ImageBuilderCrossAccountLifecycleAccess",
  ]

  attachable = concat(
    [
      for name in [
        "AmazonSSMManagedInstanceCore",
        "EC2ImageBuilderExecutionPolicy",
        "EC2InstanceProfileForImageBuilder",
        "Ec2ImageBuilderCrossAccountDistributionAccess",
        "service-role/EC2ImageBuilderLifecycleExecutionPolicy",
      ] : "arn:${var.partition}:iam::aws:policy/${name}"
    ],
    sort(var.attachable_policy_arns),
  )
}

locals {
  # Facts about resources, and of objects and parameters those that the modules make. No statement has a condition, and
  # none but the last two name resources: most of these actions know none.
  read = [
    {
      Sid      = "Read"
      Effect   = "Allow"
      Resource = "*"
      Action = [
        "ec2:DescribeAddresses",
        "ec2:DescribeAddressesAttribute",
        "ec2:DescribeExportImageTasks",
        "ec2:DescribeFastLaunchImages",
        "ec2:DescribeFlowLogs",
        "ec2:DescribeImageAttribute",
        "ec2:DescribeImages",
        "ec2:DescribeImportImageTasks",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribeNatGateways",
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribePrefixLists",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcAttribute",
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeVpcs",
        "ecr:DescribeImages",
        "ecr:DescribeRepositories",
        "ecr:GetLifecyclePolicy",
        "ecr:GetRegistryScanningConfiguration",
        "ecr:GetRepositoryPolicy",
        "ecr:ListTagsForResource",
        "events:DescribeRule",
        "events:ListTagsForResource",
        "events:ListTargetsByRule",
        "iam:GetInstanceProfile",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
        "imagebuilder:GetComponent",
        "imagebuilder:GetContainerRecipe",
        "imagebuilder:GetDistributionConfiguration",
        "imagebuilder:GetImage",
        "imagebuilder:GetImagePipeline",
        "imagebuilder:GetImageRecipe",
        "imagebuilder:GetInfrastructureConfiguration",
        "imagebuilder:GetLifecyclePolicy",
        "imagebuilder:GetWorkflow",
        "imagebuilder:ListComponentBuildVersions",
        "imagebuilder:ListComponents",
        "imagebuilder:ListContainerRecipes",
        "imagebuilder:ListImageBuildVersions",
        "imagebuilder:ListImagePipelineImages",
        "imagebuilder:ListImageRecipes",
        "imagebuilder:ListImages",
        "imagebuilder:ListWaitingWorkflowSteps",
        "imagebuilder:ListWorkflowBuildVersions",
        "imagebuilder:ListWorkflows",
        "inspector2:BatchGetAccountStatus",
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListAliases",
        "kms:ListResourceTags",
        "logs:DescribeLogGroups",
        "logs:ListTagsForResource",
        "s3:GetAccelerateConfiguration",
        "s3:GetBucketAcl",
        "s3:GetBucketCORS",
        "s3:GetBucketLocation",
        "s3:GetBucketLogging",
        "s3:GetBucketObjectLockConfiguration",
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketPolicy",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketRequestPayment",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetBucketWebsite",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
        "s3:GetReplicationConfiguration",
        "s3:ListBucket",
        "sns:GetTopicAttributes",
        "sns:ListTagsForResource",
        "ssm:DescribeParameters",
      ]
    },
    {
      Sid      = "ReadDocuments"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:GetObjectTagging"]
      Resource = "${local.documents}/*"
    },
    {
      Sid      = "ReadParameters"
      Effect   = "Allow"
      Action   = ["ssm:GetParameter", "ssm:ListTagsForResource"]
      Resource = local.parameters
    },
  ]
}

locals {
  # Nobody takes a boundary away, since no statement allows it. IAM compares the boundary that a role gets, and of one
  # that is there the boundary that it has; one without any has no such key, and is refused too.
  stay_within = {
    Sid       = "StayWithinBoundary"
    Effect    = "Deny"
    Action    = ["iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
    Resource  = "*"
    Condition = { StringNotEquals = { "iam:PermissionsBoundary" = local.boundary_arns } }
  }

  write = [
    {
      Sid      = "ManageImageBuilder"
      Effect   = "Allow"
      Resource = "${local.resource.imagebuilder}:*"
      Action = [
        "imagebuilder:CreateComponent",
        "imagebuilder:CreateContainerRecipe",
        "imagebuilder:CreateDistributionConfiguration",
        "imagebuilder:CreateImage",
        "imagebuilder:CreateImagePipeline",
        "imagebuilder:CreateImageRecipe",
        "imagebuilder:CreateInfrastructureConfiguration",
        "imagebuilder:CreateLifecyclePolicy",
        "imagebuilder:CreateWorkflow",
        "imagebuilder:DeleteComponent",
        "imagebuilder:DeleteContainerRecipe",
        "imagebuilder:DeleteDistributionConfiguration",
        "imagebuilder:DeleteImage",
        "imagebuilder:DeleteImagePipeline",
        "imagebuilder:DeleteImageRecipe",
        "imagebuilder:DeleteInfrastructureConfiguration",
        "imagebuilder:DeleteLifecyclePolicy",
        "imagebuilder:DeleteWorkflow",
        "imagebuilder:ImportDiskImage",
        "imagebuilder:ImportVmImage",
        "imagebuilder:SendWorkflowStepAction",
        "imagebuilder:StartImagePipelineExecution",
        "imagebuilder:TagResource",
        "imagebuilder:UntagResource",
        "imagebuilder:UpdateDistributionConfiguration",
        "imagebuilder:UpdateImagePipeline",
        "imagebuilder:UpdateInfrastructureConfiguration",
        "imagebuilder:UpdateLifecyclePolicy",
      ]
    },
    {
      Sid      = "ManageRoles"
      Effect   = "Allow"
      Resource = local.roles
      Action = concat(
        [
          "iam:CreateRole",
          "iam:DeleteRole",
          "iam:DeleteRolePolicy",
          "iam:PutRolePolicy",
          "iam:TagRole",
          "iam:UntagRole",
          "iam:UpdateAssumeRolePolicy",
          "iam:UpdateRoleDescription",
        ],
        [for action in ["iam:PutRolePermissionsBoundary"] : action if length(local.boundary_arns) > 0],
      )
    },
    {
      Sid       = "AttachPolicies"
      Effect    = "Allow"
      Action    = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
      Resource  = local.roles
      Condition = { ArnEquals = { "iam:PolicyARN" = local.attachable } }
    },
    {
      Sid      = "PassRoles"
      Effect   = "Allow"
      Action   = "iam:PassRole"
      Resource = concat([local.roles[0]], sort(var.passed_role_arns))
      Condition = {
        StringEquals = {
          "iam:PassedToService" = ["ec2.amazonaws.com", "imagebuilder.amazonaws.com", "vmie.amazonaws.com", "vpc-flow-logs.amazonaws.com"]
        }
      }
    },
    {
      Sid       = "MakeRolesOfServices"
      Effect    = "Allow"
      Action    = "iam:CreateServiceLinkedRole"
      Resource  = "arn:${var.partition}:iam::${var.account_id}:role/aws-service-role/*"
      Condition = { StringEquals = { "iam:AWSServiceName" = ["imagebuilder.amazonaws.com", "inspector2.amazonaws.com"] } }
    },
    {
      Sid      = "ManageInstanceProfiles"
      Effect   = "Allow"
      Resource = "arn:${var.partition}:iam::${var.account_id}:instance-profile/${local.own}*"
      Action = [
        "iam:AddRoleToInstanceProfile",
        "iam:CreateInstanceProfile",
        "iam:DeleteInstanceProfile",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:TagInstanceProfile",
        "iam:UntagInstanceProfile",
      ]
    },
    # A key's tags reach its authorization minutes late, so a condition on them would refuse the key that was just made.
    # https://docs.aws.amazon.com/kms/latest/developerguide/abac.html
    # Nor can it have an alias yet, and when it goes it has none any more: so it is refused what others' aliases mark.
    {
      Sid      = "ManageKeys"
      Effect   = "Allow"
      Resource = "*"
      Action = [
        "kms:CreateKey",
        "kms:EnableKeyRotation",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateKeyDescription",
      ]
    },
    {
      Sid      = "ManageAliases"
      Effect   = "Allow"
      Action   = ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"]
      Resource = ["${local.resource.kms}:alias/${local.own}*", "${local.resource.kms}:key/*"]
    },
    # A key with an alias of Goldsmith's is one that builds use, so giving one to a key of others would open that key.
    # https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    {
      Sid       = "LeaveKeysOfOthers"
      Effect    = "Deny"
      Resource  = "${local.resource.kms}:key/*"
      Condition = { "ForAnyValue:StringNotLike" = { "kms:ResourceAliases" = "alias/${local.own}*" } }
      Action = [
        "kms:CreateAlias",
        "kms:EnableKeyRotation",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
      ]
    },
    {
      Sid       = "EncryptDocuments"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]
      Resource  = "${local.resource.kms}:key/*"
      Condition = { "ForAnyValue:StringLike" = { "kms:ResourceAliases" = "alias/${local.own}*" } }
    },
    {
      Sid      = "ManageBuckets"
      Effect   = "Allow"
      Resource = [local.buckets, "${local.buckets}/*"]
      Action = [
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:ListBucketVersions",
        "s3:PutBucketOwnershipControls",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketTagging",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:PutObject",
        "s3:PutObjectTagging",
      ]
    },
    {
      Sid      = "ManageRepositories"
      Effect   = "Allow"
      Resource = "${local.resource.ecr}:repository/*"
      Action = [
        "ecr:BatchDeleteImage",
        "ecr:CreateRepository",
        "ecr:DeleteLifecyclePolicy",
        "ecr:DeleteRepository",
        "ecr:DeleteRepositoryPolicy",
        "ecr:PutImageScanningConfiguration",
        "ecr:PutImageTagMutability",
        "ecr:PutLifecyclePolicy",
        "ecr:SetRepositoryPolicy",
        "ecr:TagResource",
        "ecr:UntagResource",
      ]
    },
    {
      Sid      = "ManageScanning"
      Effect   = "Allow"
      Action   = ["ecr:PutRegistryScanningConfiguration", "inspector2:Disable", "inspector2:Enable"]
      Resource = "*"
    },
    {
      Sid      = "ManageRules"
      Effect   = "Allow"
      Action   = ["events:DeleteRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets", "events:TagResource", "events:UntagResource"]
      Resource = "${local.resource.events}:rule/${local.own}*"
    },
    {
      Sid      = "ManageTopics"
      Effect   = "Allow"
      Action   = ["sns:CreateTopic", "sns:DeleteTopic", "sns:SetTopicAttributes", "sns:TagResource", "sns:UntagResource"]
      Resource = "${local.resource.sns}:${local.own}*"
    },
    {
      Sid      = "ManageParameters"
      Effect   = "Allow"
      Action   = ["ssm:AddTagsToResource", "ssm:DeleteParameter", "ssm:PutParameter", "ssm:RemoveTagsFromResource"]
      Resource = local.parameters
    },
    {
      Sid      = "ManageLaunchTemplates"
      Effect   = "Allow"
      Resource = "${local.resource.ec2}:launch-template/*"
      Action = [
        "ec2:CreateLaunchTemplate",
        "ec2:CreateLaunchTemplateVersion",
        "ec2:CreateTags",
        "ec2:DeleteLaunchTemplate",
        "ec2:DeleteTags",
        "ec2:ModifyLaunchTemplate",
      ]
    },
    {
      Sid      = "ImportImages"
      Effect   = "Allow"
      Action   = "ec2:ImportImage"
      Resource = "*"
    },
  ]

  # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-resources-for-iam-policies
  network_kinds = [
    "elastic-ip",
    "internet-gateway",
    "natgateway",
    "network-acl",
    "route-table",
    "security-group",
    "security-group-rule",
    "subnet",
    "vpc",
    "vpc-endpoint",
    "vpc-flow-log",
  ]

  write_network = [
    {
      Sid      = "ManageNetwork"
      Effect   = "Allow"
      Resource = "*"
      Action = [
        "ec2:AllocateAddress",
        "ec2:AssociateRouteTable",
        "ec2:AttachInternetGateway",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateFlowLogs",
        "ec2:CreateInternetGateway",
        "ec2:CreateNatGateway",
        "ec2:CreateRoute",
        "ec2:CreateRouteTable",
        "ec2:CreateSecurityGroup",
        "ec2:CreateSubnet",
        "ec2:CreateVpc",
        "ec2:CreateVpcEndpoint",
        "ec2:DeleteFlowLogs",
        "ec2:DeleteInternetGateway",
        "ec2:DeleteNatGateway",
        "ec2:DeleteRoute",
        "ec2:DeleteRouteTable",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteSubnet",
        "ec2:DeleteVpc",
        "ec2:DeleteVpcEndpoints",
        "ec2:DetachInternetGateway",
        "ec2:DisassociateAddress",
        "ec2:DisassociateRouteTable",
        "ec2:ModifyVpcAttribute",
        "ec2:ModifyVpcEndpoint",
        "ec2:ReleaseAddress",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
      ]
    },
    # Of networks alone: a tag makes any instance one that builds' roles may run commands on.
    {
      Sid      = "TagNetwork"
      Effect   = "Allow"
      Action   = ["ec2:CreateTags", "ec2:DeleteTags"]
      Resource = [for kind in local.network_kinds : "${local.resource.ec2}:${kind}/*"]
    },
    {
      Sid      = "ManageFlowLogs"
      Effect   = "Allow"
      Action   = ["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:DeleteRetentionPolicy", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource"]
      Resource = "${local.resource.logs}:log-group:/goldsmith/*"
    },
  ]
}
