{{- define "cnpg-storage-manager.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* Prefix of all names; short enough for the longest suffix. */ -}}
{{- define "cnpg-storage-manager.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 45 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "cnpg-storage-manager.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 45 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 45 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "cnpg-storage-manager.selectorLabels" -}}
app.kubernetes.io/name: {{ include "cnpg-storage-manager.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "cnpg-storage-manager.labels" -}}
{{ include "cnpg-storage-manager.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "cnpg-storage-manager.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (include "cnpg-storage-manager.fullname" .) -}}
{{- end -}}

{{- /* Two names, because cert-manager leaves its Secret behind and Helm would refuse to own that. */ -}}
{{- define "cnpg-storage-manager.tlsSecretName" -}}
{{- $fullname := include "cnpg-storage-manager.fullname" . -}}
{{- if .Values.agent.tls.existingSecret -}}
{{- .Values.agent.tls.existingSecret -}}
{{- else if .Values.agent.tls.certManager.enabled -}}
{{- printf "%s-agent-certificate" $fullname -}}
{{- else -}}
{{- printf "%s-agent-tls" $fullname -}}
{{- end -}}
{{- end -}}

{{- /* Names of the endpoint for agents, as a list in YAML. */ -}}
{{- define "cnpg-storage-manager.endpointNames" -}}
{{- $fullname := include "cnpg-storage-manager.fullname" . -}}
- {{ $fullname }}.{{ .Release.Namespace }}.svc
- {{ $fullname }}.{{ .Release.Namespace }}
- {{ $fullname }}
{{- end -}}
