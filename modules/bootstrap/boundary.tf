# The permissions boundary of the roles that builds have: whatever policies the apply role writes into one, it can do no
# more than this. It is what the modules' own policies and AWS's managed ones allow together, and a test compares them.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
locals {
  boundaries     = var.boundary == null ? [] : ["this"]
  boundary_name  = "GoldsmithBoundary"
  boundary_arn   = "arn:${var.partition}:iam::${var.account_id}:policy/${local.boundary_name}"
  boundary_arns  = concat([for _ in local.boundaries : local.boundary_arn], sort(var.boundary_arns))
  needs_boundary = var.requires_boundary && length(local.boundary_arns) > 0

  made = { StringEquals = { "aws:ResourceTag/CreatedBy" = "EC2 Image Builder" } }
  any  = { for service in ["ec2", "ecr", "events", "kms", "license-manager", "logs", "sns", "ssm"] : service => "arn:${var.partition}:${service}:*:*" }

  image_buckets = concat([local.buckets], [for name in sort(try(var.boundary.buckets, [])) : "arn:${var.partition}:s3:::${name}"])

  boundary = concat(
    [
      {
        Effect   = "Allow"
        Resource = "*"
        Action = [
          "ec2:CopyImage",
          "ec2:CopySnapshot",
          "ec2:CreateLaunchTemplateVersion",
          "ec2:Describe*",
          "ec2:EnableFastLaunch",
          "ec2:ExportImage",
          "ec2:ModifyImageAttribute",
          "ec2:ModifyLaunchTemplate",
          "ec2:ModifySnapshotAttribute",
          "ec2:RegisterImage",
          "ec2:RunInstances",
          "ec2messages:*",
          "ecr:GetAuthorizationToken",
          "imagebuilder:DeleteImage",
          "imagebuilder:GetComponent",
          "imagebuilder:GetContainerRecipe",
          "imagebuilder:GetMarketplaceResource",
          "imagebuilder:StartImagePipelineExecution",
          "imagebuilder:TagResource",
          "inspector2:ListCoverage",
          "inspector2:ListFindings",
          "logs:DescribeLogGroups",
          "ssm:Describe*",
          "ssm:GetCommandInvocation",
          "ssm:GetDeployablePatchSnapshotForInstance",
          "ssm:GetDocument",
          "ssm:GetManifest",
          "ssm:GetParameter",
          "ssm:GetParameters",
          "ssm:List*",
          "ssm:PutComplianceItems",
          "ssm:PutConfigurePackageResult",
          "ssm:PutInventory",
          "ssm:UpdateAssociationStatus",
          "ssm:UpdateInstance*",
          "ssmmessages:*",
          "tag:GetResources",
        ]
      },
      {
        Effect    = "Allow"
        Resource  = "*"
        Condition = local.made
        Action = [
          "ec2:AttachImageWatermark",
          "ec2:CancelExportTask",
          "ec2:DeleteSnapshot",
          "ec2:DeleteTags",
          "ec2:DeregisterImage",
          "ec2:DisableImage*",
          "ec2:EnableImage*",
          "ec2:StartInstances",
          "ec2:StopInstances",
          "ec2:TerminateInstances",
        ]
      },
      {
        Effect    = "Allow"
        Action    = ["ec2:CreateImage", "ec2:CreateSnapshot"]
        Resource  = ["${local.any.ec2}:instance/*", "${local.any.ec2}:volume/*"]
        Condition = local.made
      },
      {
        Effect   = "Allow"
        Action   = ["ec2:CreateImage", "ec2:CreateSnapshot"]
        Resource = ["${local.any.ec2}:image/*", "${local.any.ec2}:snapshot/*"]
      },
      {
        Effect    = "Allow"
        Action    = ["ssm:CreateAssociation", "ssm:SendCommand"]
        Resource  = "${local.any.ec2}:instance/*"
        Condition = local.made
      },
      {
        Effect   = "Allow"
        Action   = "ssm:SendCommand"
        Resource = [for name in ["AWS-RunPowerShellScript", "AWS-RunShellScript", "AWSEC2-RunSysprep"] : "${local.any.ssm}:document/${name}"]
      },
      {
        Effect   = "Allow"
        Action   = ["ssm:AddTagsToResource", "ssm:CreateAssociation", "ssm:DeleteAssociation"]
        Resource = ["${local.any.ssm}:association/*", "${local.any.ssm}:document/AWS-GatherSoftwareInventory"]
      },
      {
        Effect   = "Allow"
        Action   = "ec2:CreateTags"
        Resource = [for kind in ["export-image-task", "image", "launch-template", "snapshot"] : "arn:${var.partition}:ec2:*:*:${kind}/*"]
      },
      {
        Effect    = "Allow"
        Action    = "ec2:CreateTags"
        Resource  = "*"
        Condition = { StringEquals = { "ec2:CreateAction" = ["CreateImage", "CreateSnapshot", "RunInstances"] } }
      },
      {
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = local.roles[0]
        Condition = { StringEquals = { "iam:PassedToService" = ["ec2.amazonaws.com", "ec2.amazonaws.com.cn", "vmie.amazonaws.com"] } }
      },
      {
        Effect    = "Allow"
        Action    = "iam:CreateServiceLinkedRole"
        Resource  = "*"
        Condition = { StringEquals = { "iam:AWSServiceName" = ["ssm.amazonaws.com", "ec2fastlaunch.amazonaws.com"] } }
      },
      {
        Effect   = "Allow"
        Action   = "sts:AssumeRole"
        Resource = "arn:${var.partition}:iam::*:role/EC2ImageBuilderDistributionCrossAccountRole"
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = ["${local.any.logs}:log-group:/aws/imagebuilder/*", "${local.any.logs}:log-group:/goldsmith/*"]
      },
      {
        Effect   = "Allow"
        Action   = "ssm:PutParameter"
        Resource = concat(["${local.any.ssm}:parameter/imagebuilder/*"], [for name in local.parameter_names : "${local.any.ssm}:parameter${name}"])
      },
      {
        Effect   = "Allow"
        Action   = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]
        Resource = flatten([for arn in local.image_buckets : [arn, "${arn}/*"]])
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "arn:${var.partition}:s3:::ec2imagebuilder*"
      },
      {
        Effect    = "Allow"
        Action    = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ListGrants", "kms:ReEncrypt*", "kms:RevokeGrant"]
        Resource  = "${local.any.kms}:key/*"
        Condition = { "ForAnyValue:StringLike" = { "kms:ResourceAliases" = concat(["alias/${local.own}*"], sort(try(var.boundary.key_aliases, []))) } }
      },
      {
        Effect    = "Allow"
        Action    = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"]
        Resource  = "${local.any.kms}:key/*"
        Condition = { StringLike = { "kms:ViaService" = ["ec2.*.amazonaws.com"] } }
      },
      {
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = "*"
        Condition = { "ForAnyValue:StringEquals" = { "aws:CalledVia" = ["imagebuilder.amazonaws.com"] } }
      },
      {
        Effect   = "Allow"
        Action   = ["ecr:Batch*", "ecr:CompleteLayerUpload", "ecr:CreateRepository", "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:TagResource", "ecr:UploadLayerPart"]
        Resource = "${local.any.ecr}:repository/*"
      },
      {
        Effect   = "Allow"
        Action   = ["events:DeleteRule", "events:DescribeRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets"]
        Resource = "${local.any.events}:rule/ImageBuilder-*"
      },
      {
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = "${local.any.sns}:*"
      },
      {
        Effect   = "Allow"
        Action   = "license-manager:UpdateLicenseSpecificationsForResource"
        Resource = "${local.any.license-manager}:license-configuration:*"
      },
    ],
    [for arns in [sort(try(var.boundary.key_arns, []))] : {
      Effect   = "Allow"
      Action   = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ListGrants", "kms:ReEncrypt*", "kms:RevokeGrant"]
      Resource = arns
    } if length(arns) > 0],
    [for actions in [sort(try(var.boundary.actions, []))] : {
      Effect   = "Allow"
      Action   = actions
      Resource = "*"
    } if length(actions) > 0],
  )
}

resource "aws_iam_policy" "boundary" {
  for_each = toset(local.boundaries)

  name        = local.boundary_name
  description = "What the roles of golden images can do at most, whatever their policies say."
  policy      = jsonencode({ Version = "2012-10-17", Statement = local.boundary })
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(jsonencode({ Version = "2012-10-17", Statement = local.boundary })) <= 6144
      error_message = "GoldsmithBoundary has ${length(jsonencode({ Version = "2012-10-17", Statement = local.boundary }))} characters, and IAM takes 6144: name fewer boundary.actions, boundary.buckets, boundary.key_aliases, boundary.key_arns or parameter_paths, or a policy of your own with boundary_arns."
    }
  }
}
